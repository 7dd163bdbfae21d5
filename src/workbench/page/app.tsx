/** The page: a header, a rail of screens, and the screen that is chosen. */
import { useEffect } from "preact/hooks";
import type { JSX } from "preact";
import { ConnectionScreen } from "./connection/connection-screen.tsx";
import { FaultsScreen } from "./faults/faults-screen.tsx";
import { Header } from "./header.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { t } from "./language/words.ts";
import { Icon } from "./parts/icon.tsx";
import { PlaygroundScreen } from "./playground/playground-screen.tsx";
import { hrefOf, route, SCREENS } from "./route.ts";
import { bootstrap, faults } from "./state/workbench.ts";
import { WireScreen } from "./wire/wire-screen.tsx";

export function App(): JSX.Element {
  const title = `${t(route.value.screen)} - ${t("workbench")}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div class="app" data-testid="app">
      <a
        class="button skip-link"
        href="#screen"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("#screen")?.focus();
        }}
      >
        {t("skipToContent")}
      </a>
      <Header />
      <Rail />
      <main class="screen" id="screen" tabIndex={-1} data-testid={`screen-${route.value.screen}`}>
        <Screen />
      </main>
      <KeysDialog />
    </div>
  );
}

function Screen(): JSX.Element {
  const shown = route.value;
  if (shown.screen === "connection") return <ConnectionScreen />;
  if (shown.screen === "playground") return <PlaygroundScreen />;
  return shown.screen === "wire" ? <WireScreen call={shown.call} /> : <FaultsScreen />;
}

function Rail(): JSX.Element {
  const on = faults.value.on.length;
  return (
    <nav class="rail" aria-label={t("screens")}>
      {SCREENS.map((screen, i) => (
        <a
          key={screen}
          href={hrefOf({ screen })}
          aria-current={route.value.screen === screen ? "page" : undefined}
          aria-keyshortcuts={`Alt+${i + 1}`}
          data-testid={`to-${screen}`}
        >
          <Icon name={screen} size={18} />
          <span>{t(screen)}</span>
          {screen === "faults" && on > 0 && (
            <span class="count" title={t("faultsCount", { count: on })}>
              {on}
            </span>
          )}
        </a>
      ))}
      <p class="foot small faint">{bootstrap.value?.version}</p>
    </nav>
  );
}

/** When there is nothing to work with. */
export function Alone({ title, text }: { title: string; text: string }): JSX.Element {
  return (
    <main class="alone" data-testid="alone">
      <img src="icon.svg" width={40} height={40} alt="" />
      <h1>{title}</h1>
      <p>{text}</p>
    </main>
  );
}

/** What is connected, how the plugin is, and how the page looks. */
import { useEffect } from "preact/hooks";
import type { JSX } from "preact";
import { formatBytes } from "./format-number.ts";
import { inWords, t } from "./language/words.ts";
import { Choices } from "./parts/choices.tsx";
import { Icon } from "./parts/icon.tsx";
import { openKeys } from "./keys-dialog.tsx";
import { chooseLocale, locale, switchTheme, theme } from "./state/preferences.ts";
import { bootstrap, model, plugin, refreshPlugin, resolved, type } from "./state/workbench.ts";

export function Header(): JSX.Element {
  const isDark = theme() === "dark";
  return (
    <header class="head">
      <a class="brand" href="#/connection">
        <img src="icon.svg" width={24} height={24} alt="" />
        <span>{t("workbench")}</span>
      </a>
      <Where />
      <PluginStatus />
      <Choices
        label={t("language")}
        testId="language"
        chosen={locale.value}
        choices={[
          { value: "en_US", label: "EN" },
          { value: "zh_Hans", label: "中文" },
        ]}
        onChoose={chooseLocale}
      />
      <div class="row tight">
        <button
          type="button"
          class="button bare icon-only"
          data-testid="theme"
          data-status={theme()}
          aria-label={t(isDark ? "toLight" : "toDark")}
          title={t(isDark ? "toLight" : "toDark")}
          onClick={switchTheme}
        >
          <Icon name={isDark ? "sun" : "moon"} size={18} />
        </button>
        <button
          type="button"
          class="button bare icon-only"
          data-testid="show-keys"
          aria-label={t("keys")}
          title={`${t("keys")} (?)`}
          onClick={openKeys}
        >
          <Icon name="keyboard" size={18} />
        </button>
      </div>
    </header>
  );
}

function Where(): JSX.Element {
  const label = bootstrap.value?.types.find((one) => one.type === type.value)?.label;
  const url = resolved.value?.requests.find((one) => one.type === type.value)?.url;
  return (
    <div class="where" data-testid="where">
      <strong>{resolved.value?.isDemo === true ? t("embeddedEndpoint") : hostOf(url)}</strong>
      <span aria-hidden="true">·</span>
      <span>{label && inWords(label)}</span>
      <span aria-hidden="true">·</span>
      <span data-testid="where-model">{model.value === "" ? t("noModel") : model.value}</span>
    </div>
  );
}

function hostOf(url: string | undefined): string {
  try {
    return url === undefined ? t("noServer") : new URL(url).host;
  } catch {
    return t("noServer");
  }
}

const EVERY = 5_000;

function PluginStatus(): JSX.Element | null {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void refreshPlugin();
    }, EVERY);
    return () => clearInterval(timer);
  }, []);
  const { value } = plugin;
  if (!value) return null;
  const { state, pid, memory, restarts } = value;
  const details = [
    bootstrap.value?.identifier,
    pid !== undefined && `pid ${pid}`,
    restarts > 0 && t("restarts", { count: restarts }),
  ];
  return (
    <div
      class="plugin"
      data-testid="plugin"
      data-status={state}
      title={details.filter((detail) => typeof detail === "string").join("\n")}
    >
      <span class="dot" />
      <span>{t(`plugin-${state}`)}</span>
      {memory !== undefined && <span class="number faint">{formatBytes(memory)}</span>}
    </div>
  );
}

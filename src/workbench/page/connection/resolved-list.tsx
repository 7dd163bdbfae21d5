/** Where each model type will be asked, as the address in the form is understood. */
import type { JSX } from "preact";
import { inWords, t } from "../language/words.ts";
import { bootstrap, chooseType, resolved, type } from "../state/workbench.ts";

export function ResolvedList(): JSX.Element {
  const answer = resolved.value;
  const labels = new Map(bootstrap.value?.types.map((one) => [one.type, one.label]));
  return (
    <section class="card" aria-labelledby="resolved-title">
      <div class="card-head">
        <h2 id="resolved-title">{t("willCall")}</h2>
        {answer?.keySentAs !== undefined && <span class="small faint">{answer.keySentAs} •••</span>}
      </div>
      <ul class="resolved" data-testid="resolved">
        {answer?.requests.map((request) => {
          const label = labels.get(request.type);
          return (
            <li
              key={request.type}
              data-testid={`resolved-${request.type}`}
              data-status={request.url === undefined ? "unknown" : "known"}
              aria-current={request.type === type.value}
            >
              <button type="button" onClick={() => chooseType(request.type)}>
                {label ? inWords(label) : request.type}
              </button>
              {request.url === undefined ? (
                <span class="faint">{t("noAddressYet")}</span>
              ) : (
                <code>
                  <Address url={request.url} />
                  {request.others.length > 0 && (
                    <span class="more" title={[t("orOthers"), ...request.others].join("\n")}>
                      +{request.others.length}
                    </span>
                  )}
                </code>
              )}
            </li>
          );
        })}
      </ul>
      {answer?.isDemo === true && (
        <p class="small soft demo-note" data-testid="demo-note">
          {t("isDemo")}
        </p>
      )}
    </section>
  );
}

/** The host may break anywhere but is best read whole. */
function Address({ url }: { url: string }): JSX.Element {
  const [, origin = url, path = ""] = /^(\w+:\/\/[^/]+)(.*)$/.exec(url) ?? [];
  return (
    <>
      {origin}
      <wbr />
      <b>{path}</b>
    </>
  );
}

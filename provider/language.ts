/** The two languages of Dify's form, and of what the plugin says about it. */
export type Language = "en" | "zh";
export type Text = Readonly<Record<Language, string>>;

/**
 * The language of messages. Dify does not tell which one its user reads, so whoever runs the daemon may say
 * it: `DIFY_PLUGIN_LANGUAGE=zh`, else the usual `LC_ALL` and `LANG`.
 */
export function messageLanguage(env: Readonly<Record<string, string | undefined>> = process.env): Language {
  const wanted = env["DIFY_PLUGIN_LANGUAGE"] || env["LC_ALL"] || env["LANG"] || "";
  return /^zh/i.test(wanted) ? "zh" : "en";
}

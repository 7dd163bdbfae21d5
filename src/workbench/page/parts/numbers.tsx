/** What was measured, beside the result it belongs to. */
import type { JSX } from "preact";
import type { Numbers } from "../../contract.ts";
import { formatBytes, formatCount, formatDuration } from "../format-number.ts";
import { t } from "../language/words.ts";

export function NumbersStrip({ numbers }: { numbers: Numbers }): JSX.Element {
  return (
    <dl class="numbers" data-testid="numbers">
      {told(numbers).map(([name, value]) => (
        <div key={name} title={t(`${name}Help`)}>
          <dt>{t(name)}</dt>
          <dd data-testid={`number-${name}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function told(numbers: Numbers): [NumberName, string][] {
  const { firstByte, firstToken, tokensPerSecond, usage, total, overhead } = numbers;
  const isWritten = (usage?.output ?? 0) > 0;
  const own = [overhead.toRequest, overhead.median].filter((value) => value !== undefined);
  return [
    ...when(isWritten ? "numberFirst" : "numberAnswer", firstToken ?? firstByte, formatDuration),
    ...when("numberSpeed", tokensPerSecond, (value) => `${value.toFixed(value < 100 ? 1 : 0)} tok/s`),
    ["numberTotal", formatDuration(total)],
    ...when("numberTokens", usage, tokensTold),
    ["numberChunks", `${formatCount(numbers.chunks)} → ${formatCount(numbers.lines)}`],
    ["numberBytes", `${formatBytes(numbers.bytesSent)} ↑ ${formatBytes(numbers.bytesReceived)} ↓`],
    ...(own.length > 0
      ? ([["numberOverhead", own.map(formatDuration).join(" + ")]] as [NumberName, string][])
      : []),
  ];
}

function tokensTold({ input, output }: NonNullable<Numbers["usage"]>): string {
  return output === 0 ? formatCount(input) : `${formatCount(input)} → ${formatCount(output)}`;
}

type NumberName =
  | "numberFirst"
  | "numberAnswer"
  | "numberSpeed"
  | "numberTotal"
  | "numberTokens"
  | "numberChunks"
  | "numberBytes"
  | "numberOverhead";

function when<T>(
  name: NumberName,
  value: T | undefined,
  format: (value: T) => string,
): [NumberName, string][] {
  return value === undefined ? [] : [[name, format(value)]];
}

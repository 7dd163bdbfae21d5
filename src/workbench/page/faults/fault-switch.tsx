/** One habit of the embedded endpoint, on or off. */
import type { JSX } from "preact";
import type { FaultInfo } from "../../contract.ts";
import { inWords } from "../language/words.ts";
import { bootstrap, faults, switchFaults } from "../state/workbench.ts";

export function FaultSwitch({ fault }: { fault: FaultInfo }): JSX.Element {
  const { on } = faults.value;
  const isOn = on.includes(fault.name);
  const allTypes = bootstrap.value?.types ?? [];
  const types = allTypes.filter(({ type }) => fault.types.includes(type));
  const toggle = (): void => {
    const next = isOn ? on.filter((name) => name !== fault.name) : [...on, fault.name];
    void switchFaults(next);
  };
  return (
    <li>
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={isOn}
        data-testid={`fault-${fault.name}`}
        data-status={isOn ? "on" : "off"}
        onClick={toggle}
      >
        <span class="knob" />
        <span class="switch-text">
          <code>{fault.name}</code>
          <span class="soft">{inWords(fault.tells)}</span>
        </span>
        {types.length === 1 && <span class="small faint">{types[0] && inWords(types[0].label)}</span>}
      </button>
    </li>
  );
}

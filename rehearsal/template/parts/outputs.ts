import { isProblem } from '../../problem.js';
import type { Resolving } from '../resolve/resolving.js';
import { Section } from '../resolve/section.js';

/** Outputs are for people and other stacks: an output with an unknown value is left out, and reported. */
export function readOutputs(resolving: Resolving): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(resolving.document.Outputs)) {
    const path = `Outputs.${name}`;
    try {
      if (Condition !== undefined && !resolving.condition({ Condition }, `${path}.Condition`)) continue;
      outputs[name] = new Section(resolving, Value, `${path}.Value`).text();
    } catch (error) {
      if (!isProblem(error)) throw error;
      resolving.remarks.setAside(path, error.raw_message);
    }
  }
  return outputs;
}

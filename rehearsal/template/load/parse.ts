import { problem } from '../../problem.js';
import { parseYaml, YamlError, type ParsedYaml } from './yaml.js';

/**
 * Parses the text of a template: JSON, or YAML as CloudFormation accepts it, with its short forms (`!Sub`, `!GetAtt
 * a.b`). Scalars keep the text in the file: "1.0" and "012345678901" are not numbers, and dates are not dates.
 *
 * @param source its name, for the error
 * @throws pubsub_error `template_refused` with line and column
 */
export function parseTemplate(text: string, source: string): ParsedYaml {
  // A byte order mark that is left in a string from another reader.
  const content = text.replace(/^\uFEFF/, '');
  try {
    // Every JSON text is also YAML, and JSON.parse would lose how a number was written.
    return parseYaml(content);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw problem(source, notJson(content) ?? error.message);
  }
}

/** The error of `JSON.parse` for a string that looks like JSON; undefined for one that does not. */
function notJson(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `is not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

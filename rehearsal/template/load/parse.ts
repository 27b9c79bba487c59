import { problem } from '../../problem.js';
import { parseYaml, YamlError, type ParsedYaml } from './yaml.js';

/**
 * A template's text: JSON, or YAML as CloudFormation takes it, with its short forms (`!Sub`, `!GetAtt a.b`). Scalars keep
 * the text that they were written with: "1.0" and "012345678901" are no numbers here, dates no dates.
 *
 * @param source its name, for the error
 * @throws pubsub_error `template_refused` with line and column
 */
export function parseTemplate(text: string, source: string): ParsedYaml {
  // A mark that is left in a text which was read elsewhere.
  const content = text.replace(/^\uFEFF/, '');
  try {
    // Every JSON text is YAML too, and JSON.parse would lose how a number was written.
    return parseYaml(content);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw problem(source, notJson(content) ?? error.message);
  }
}

/** What is wrong with a text that means to be JSON, in JSON's words; undefined for one that does not. */
function notJson(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `is not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

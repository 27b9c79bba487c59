import type { TemplateResource } from './document.js';

/** A part of a resource, with its place in the file. */
export interface Spot {
  readonly path: string;
  /** Its place within the properties: "Code.LocalPath", "Layers[0]"; empty for the properties themselves. */
  readonly within: string;
  /** The places in the file of the parts that are not below their parent there. */
  readonly moved: Readonly<Record<string, string>>;
}

/** The properties of a resource. */
export function propertiesSpot(id: string, { origins = {}, general = {} }: TemplateResource): Spot {
  return { path: `Resources.${id}.Properties`, within: '', moved: { ...origins, ...general } };
}

export function keySpot(spot: Spot, key: string): Spot {
  return below(spot, spot.within === '' ? key : `${spot.within}.${key}`, `.${key}`);
}

export function itemSpot(spot: Spot, index: number): Spot {
  return below(spot, `${spot.within}[${index}]`, `[${index}]`);
}

function below({ path, moved }: Spot, within: string, step: string): Spot {
  return { path: moved[within] ?? `${path}${step}`, within, moved };
}

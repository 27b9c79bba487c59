import { isAbsolute, join } from 'node:path';
import { isProblem } from '../../problem.js';
import { declaredOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { placeOf } from './code.js';

/**
 * The folders of a function's layers, in order. A layer whose content is only in AWS is remarked: its files are
 * missing here.
 */
export function readLayers({ properties, path, options: { assembly } }: Resource, resolving: Resolving): string[] {
  return properties.lenient
    .get('Layers')
    .each()
    .flatMap((section) => {
      const layer = declaredOf(resolving, 'AWS::Lambda::LayerVersion').find(
        ({ logicalId }) => logicalId === section.refersTo(),
      );
      if (layer !== undefined) section.refuseMistake();
      const place = layer === undefined ? undefined : contentOf(layer);
      if (place !== undefined && assembly !== undefined && !/\.(zip|jar)$/.test(place)) {
        return isAbsolute(place) ? place : join(assembly.folder, place);
      }
      const name = layer?.logicalId ?? section.known() ?? 'a layer from elsewhere';
      resolving.remarks.notModelled(
        `${path}.Properties.Layers`,
        `${name}: a layer whose content is not in a folder here`,
      );
      return [];
    });
}

function contentOf({ properties, metadata, options }: Resource): string | undefined {
  try {
    return placeOf(properties.get('Content'), metadata, options);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return undefined;
  }
}

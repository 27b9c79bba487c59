// JavaScript, because the type check of the root runs without the packages of this folder.
import { compile } from 'vega-lite';
import { parse, View } from 'vega';

/** Draws a Vega-Lite specification as SVG. */
export async function draw(specification) {
  return `${await new View(parse(compile(specification).spec)).toSVG()}\n`;
}

import type { TemplateDocument } from './document.js';

export function withoutSam(document: TemplateDocument): TemplateDocument {
  return document;
}

/**
 * A handler as Lambda's Node runtime reads it, "folder/index.outer.inner": the file without its extension is before the
 * first dot after the last slash, and the path of the export is after it.
 */
export const handlerName = /^((?:.*\/)?[^/.]+)\.([^/]+)$/;

exports.handler = async (e) => ({ ok: true });
exports.main = exports.handler;
exports.lambdaHandler = exports.handler;

const { word } = require('common');
exports.handler = async () => ({ word });

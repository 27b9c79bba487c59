exports.handler = async () => process.env;

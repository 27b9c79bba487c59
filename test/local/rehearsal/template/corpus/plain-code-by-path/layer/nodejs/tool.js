exports.tool = 1;

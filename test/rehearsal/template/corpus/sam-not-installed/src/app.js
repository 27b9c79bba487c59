const { Kafka } = require('kafkajs');
exports.handler = async () => typeof Kafka;

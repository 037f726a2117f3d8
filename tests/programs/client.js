// SPDX-License-Identifier: MIT
// usage: node client.js HOST PORT
//
// net.connect() as Node has it.
const net = require('net');

const connection = net.connect(Number(process.argv[3]), process.argv[2]);
connection.on('data', () => {});
connection.on('error', (error) => console.log(error.message));
connection.on('close', () => process.exit(1));

// SPDX-License-Identifier: MIT
// usage: node server.js HOST PORT
//
// net.createServer() as Node has it; each client has sent back what comes from it.
const net = require('net');

net.createServer((client) => {
	client.on('error', (error) => console.log(error.message));
	client.pipe(client);
}).listen(Number(process.argv[3]), process.argv[2]);

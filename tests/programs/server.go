// SPDX-License-Identifier: MIT
// usage: server HOST PORT
//
// net.Listen and a goroutine for each client, to which it sends back what comes.
package main

import (
	"io"
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		panic(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go func() {
			io.Copy(connection, connection)
			connection.Close()
		}()
	}
}

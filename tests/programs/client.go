// SPDX-License-Identifier: MIT
// usage: client HOST PORT
//
// net.Dial and Read, as Go has them.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	connection, err := net.Dial("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		panic(err)
	}
	buffer := make([]byte, 4096)
	for err == nil {
		_, err = connection.Read(buffer)
	}
	fmt.Println(err)
	connection.Close()
	os.Exit(1)
}

// SPDX-License-Identifier: MIT
// usage: pending-read HOST PORT
//
// Boost.Asio: a keepalive of 8/2/2, and a read of one byte that is always pending; its handler is to tell that the peer has gone.
#include <boost/asio.hpp>
#include <iostream>

using boost::asio::ip::tcp;

static char byte;

static void wait_for_byte(tcp::socket &socket)
{
	boost::asio::async_read(socket, boost::asio::buffer(&byte, 1), [&](boost::system::error_code error, std::size_t) {
		if (!error)
			return wait_for_byte(socket);
		std::cout << error.message() << std::endl;
		socket.close();
	});
}

int main(int, char **argv)
{
	boost::asio::io_context io;
	tcp::socket socket(io);
	tcp::resolver resolver(io);
	boost::asio::connect(socket, resolver.resolve(argv[1], argv[2]));
	socket.set_option(boost::asio::socket_base::keep_alive(true));
	const int values[][2] = { { TCP_KEEPIDLE, 8 }, { TCP_KEEPINTVL, 2 }, { TCP_KEEPCNT, 2 } };
	for (const auto &value : values)
		setsockopt(socket.native_handle(), IPPROTO_TCP, value[0], &value[1], sizeof(value[1]));
	wait_for_byte(socket);
	io.run();
	return 1;
}

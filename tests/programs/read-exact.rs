// SPDX-License-Identifier: MIT
// usage: read-exact HOST PORT
//
// read_exact() into one byte, until it is an error.
use std::io::Read;
use std::net::TcpStream;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let mut stream = TcpStream::connect(format!("{}:{}", words[1], words[2])).unwrap();
    let mut byte = [0u8; 1];
    let error = loop {
        if let Err(e) = stream.read_exact(&mut byte) {
            break e;
        }
    };
    println!("{}", error);
    drop(stream);
    std::process::exit(1);
}

"""What tests of several folders share: waiting, ports, sockets, Docker, PostgreSQL."""

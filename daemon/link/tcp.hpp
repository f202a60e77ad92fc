// SPDX-License-Identifier: GPL-2.0-or-later
/// @file TcpPorts: byte streams between two machines as a port; IPv4.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "wire/bytes.hpp"

namespace ppp::link {

struct TcpEndpoint {
    std::uint32_t address = 0;  ///< host order; 0 = any
    std::uint16_t port = 0;
    friend bool operator==(const TcpEndpoint&, const TcpEndpoint&) = default;
    friend auto operator<=>(const TcpEndpoint&,
                            const TcpEndpoint&) = default;  // NOLINT(modernize-use-nullptr)
};

/// One connection. What a handler does not take stays in the kernel: another process with a copy of the file
/// goes on with exactly that. Destroying it closes this copy.
class TcpStream {
public:
    /// May destroy the stream from inside any of these; nothing is called any more then.
    class Handler {
    public:
        virtual ~Handler() = default;
        /// Of a stream that connect() made.
        virtual void on_connected() {}
        /// @return how many of the octets are done with; the others come again together with more.
        virtual std::size_t on_octets(wire::ByteView octets) = 0;
        /// It could not be connected, the far end closed it, or it broke; `why.sys` 0: closed in good order.
        virtual void on_closed(const Error& why) = 0;
    };
    virtual ~TcpStream() = default;
    /// Whom to tell from now on; nobody is told before, nor from inside.
    virtual void handle(Handler& handler) = 0;
    /// What cannot leave at once waits, up to a limit: an error means that the far end does not read.
    virtual Result<> send(wire::ByteView octets) = 0;
    /// No more will be sent, from whichever copy of the file.
    virtual void finish() = 0;
    [[nodiscard]] virtual TcpEndpoint local() const = 0;
    [[nodiscard]] virtual TcpEndpoint remote() const = 0;
    /// Octets that an IP packet to the far end may have, as far as the kernel knows.
    [[nodiscard]] virtual unsigned path_mtu() const = 0;
    [[nodiscard]] virtual int file() const = 0;
};

/// Listens while it lives.
class TcpListener {
public:
    class Handler {
    public:
        virtual ~Handler() = default;
        virtual void on_connection(std::unique_ptr<TcpStream> stream) = 0;
    };
    virtual ~TcpListener() = default;
};

class TcpPorts {
public:
    virtual ~TcpPorts() = default;
    /// Begins a connection; on_connected() or on_closed() tells how it went. It waits as long as the kernel
    /// does: deadlines are the caller's.
    /// @param source 0: the route's. Errors: Errc::not_found when this host does not have that address.
    virtual Result<std::unique_ptr<TcpStream>> connect(const TcpEndpoint& to, std::uint32_t source) = 0;
    /// A connection that another process made.
    virtual Result<std::unique_ptr<TcpStream>> adopt(Fd file) = 0;
    virtual Result<std::unique_ptr<TcpListener>> listen(const TcpEndpoint& at,
                                                        TcpListener::Handler& handler) = 0;
};

/// "192.0.2.1 port 1723"
[[nodiscard]] std::string to_string(const TcpEndpoint& endpoint);

}  // namespace ppp::link

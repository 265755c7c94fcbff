# SPDX-License-Identifier: Apache-2.0
"""The mail server's side of the milter protocol, as far as measuring takes."""
import struct

NO_REPLIES = 0xDF080  # SMFIP_NR_*: of all steps but the end of the message
FINAL = b"acrdt"  # what ends a message; other answers change it


def packet(command, data=b""):
    return struct.pack(">I", len(data) + 1) + command + data


async def read_packet(reader):
    size = struct.unpack(">I", await reader.readexactly(4))[0]
    return await reader.readexactly(size)


class Talk:
    """A connection, of a client of that name and address."""

    async def begin(self, reader, writer, name, address):
        self.reader, self.writer = reader, writer
        writer.write(packet(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF)))
        options = await read_packet(reader)
        self.steps = struct.unpack(">III", options[1:13])[2]
        await self.step(0x1000, packet(
            b"C", name + b"\x004" + struct.pack(">H", 25) + address + b"\0"))
        await self.step(0x2000, packet(b"H", name + b"\0"))

    async def step(self, no_reply, data):
        """Sends; waits for an answer, unless none was promised."""
        self.writer.write(data)
        if not self.steps & no_reply:
            await read_packet(self.reader)

    async def message(self, sender, recipient, headers, body, queue_id):
        """The answer to the end of the message: its letter."""
        self.writer.write(packet(b"D", b"Mi\0" + queue_id + b"\0"))
        await self.step(0x4000, packet(b"M", b"<" + sender + b">\0"))
        await self.step(0x8000, packet(b"R", b"<" + recipient + b">\0"))
        await self.step(0x10000, packet(b"T"))
        for name, value in headers:
            await self.step(0x80, packet(b"L", name + b"\0" + value + b"\0"))
        await self.step(0x40000, packet(b"N"))
        for at in range(0, len(body), 65535):
            await self.step(0x80000, packet(b"B", body[at:at + 65535]))
        self.writer.write(packet(b"E"))
        while True:
            answer = (await read_packet(self.reader))[:1]
            if answer in FINAL:
                return answer

    async def end(self):
        self.writer.write(packet(b"Q"))
        await self.writer.drain()
        self.writer.close()

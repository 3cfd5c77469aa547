/** Free TCP ports on the loopback interface. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A free port for each name; all are held until the last is found, so they differ. */
export async function freePorts(names: Iterable<string>): Promise<ReadonlyMap<string, number>> {
  const held = await Promise.all(
    [...names].map(async (name) => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      // A listening TCP server has an address with port; the type also covers sockets with a path.
      return { name, server, port: (server.address() as AddressInfo).port };
    }),
  );
  for (const { server } of held) server.close();
  return new Map(held.map(({ name, port }) => [name, port]));
}

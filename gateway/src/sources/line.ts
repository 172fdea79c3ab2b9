/**
 * A line to a meter: a serial port, or a bridge that passes one on over TCP (ser2net, an ESP with a TCP port). One class of failure each:
 * the port is not there, or it ended; whoever reads it opens it anew. A port is best named by /dev/serial/by-id, which stays when USB
 * numbers its devices anew.
 */
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Line } from '../settings.ts';

export interface OpenLine {
  stream: Duplex;
  /** Changes the speed; a bridge keeps its own. */
  setBaud: (baud: number) => Promise<void>;
  close: () => void;
}

const CONNECT_MS = 10_000;

export async function openLine(line: Line): Promise<OpenLine> {
  return line.tcp ? openTcp(line.tcp) : openSerial(line);
}

function openTcp({ host, port }: NonNullable<Line['tcp']>): Promise<OpenLine> {
  return new Promise((resolve, reject) => {
    const stream = createConnection({ host, port });
    const timer = setTimeout(() => stream.destroy(new Error(`${host}:${port}: no answer`)), CONNECT_MS);
    stream.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    stream.once('connect', () => {
      clearTimeout(timer);
      stream.setKeepAlive(true, 30_000);
      resolve({ stream, setBaud: async () => {}, close: () => stream.destroy() });
    });
  });
}

async function openSerial({ path, baud, bits, parity }: Line): Promise<OpenLine> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path: path!, baudRate: baud, dataBits: bits, parity, stopBits: 1, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  return {
    stream: port,
    setBaud: (baudRate) => new Promise((resolve, reject) => port.update({ baudRate }, (error) => (error ? reject(error) : resolve()))),
    close: () => {
      if (port.isOpen) port.close(() => {});
    },
  };
}

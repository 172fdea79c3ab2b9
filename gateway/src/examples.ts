/** Settings to fill in, by kind of source. */

const COMMON = `# Electra gateway. Paths are relative to this file; docs/gateway.md says what each field means.
outfit: outfit.json            # from the operator: electra meter outfit
nodes: [http://node.example:26657]
folder: /var/lib/electra-gateway   # the one folder that is written to
firstDay: 2026-12-01           # as the operator enrols the meter
maxWhPerSlot: 10000            # the same: what the connection can carry in a quarter-hour
clock: ntp                     # system: the machine has a clock battery
# rollsOverAtKWh: 1000000      # a display of six digits
# registers: { import: [1.8.0], export: [2.8.0] }
`;

const PORT = 'port: /dev/serial/by-id/FILL-IN   # or tcp://HOST:PORT of a bridge';

export const EXAMPLES: Record<string, string> = {
  p1: `${COMMON}source:\n  kind: p1\n  ${PORT}\n  # checksum: none             # a port of before DSMR 4: 9600 baud, seven bits\n`,
  smarty: `${COMMON}source:\n  kind: smarty\n  ${PORT}\n  keyFile: port.key            # 32 hexadecimal digits, from the grid operator\n`,
  sml: `${COMMON}source:\n  kind: sml\n  ${PORT}\n`,
  d0: `${COMMON}source:\n  kind: d0\n  ${PORT}\n  mode: C                      # A, B, C; D speaks by itself (and needs checksum: none)\n`,
  dlms: `${COMMON}source:\n  kind: dlms\n  ${PORT}\n  link: mbus   # or hdlc\n  keyFile: port.key   # where it is enciphered\n`,
  sunspec: `${COMMON}source:\n  kind: sunspec\n  port: tcp://192.168.1.20:502\n  unit: 1\n`,
  sdm: `${COMMON}source:\n  kind: sdm\n  ${PORT}\n  unit: 1\n`,
  mqtt: `${COMMON}source:
  kind: mqtt
  url: mqtt://192.168.1.20:1883
  registers:
    - { name: 1.8.0, topic: tele/meter/SENSOR, path: SML.Total_in, unit: kWh }
    - { name: 2.8.0, topic: tele/meter/SENSOR, path: SML.Total_out, unit: kWh }
`,
  homewizard: `${COMMON}source:\n  kind: homewizard\n  url: http://192.168.1.20\n`,
  shelly: `${COMMON}source:\n  kind: shelly\n  url: http://192.168.1.20\n  model: pro-3em\n`,
};

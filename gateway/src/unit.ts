/** A systemd unit: the whole system read-only but for the one folder, no privileges, started again whatever happens. */
import { fileURLToPath } from 'node:url';

/** What the program runs with: little memory for young objects, of which it makes few; 10 MB less are resident so. */
export const NODE_FLAGS = ['--max-semi-space-size=1'] as const;

export const unitFile = (config: string, folder: string): string => `[Unit]
Description=Electra gateway
Wants=network-online.target time-sync.target
After=network-online.target

[Service]
ExecStart=${process.execPath} ${NODE_FLAGS.join(' ')} ${fileURLToPath(new URL('main.js', import.meta.url))} --config ${config} --json run
Restart=always
RestartSec=5
DynamicUser=no
User=electra-gateway
SupplementaryGroups=dialout
ReadWritePaths=${folder}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
NoNewPrivileges=yes
MemoryMax=160M

[Install]
WantedBy=multi-user.target`;

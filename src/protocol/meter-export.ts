/** A meter's own export, as the meter SDK writes it. */
export { METER_EXPORT_FORMAT, encodeMeterExport, parseMeterExport, type MeterExport } from '../../sdk/ts/src/meter-export.ts';

export type { Credentials } from './auth.ts';
export type { Fault, FaultAction, FaultReport } from './faults.ts';
export { salableQuantity } from './inventory.ts';
export type { Row } from './json.ts';
export type { Latency } from './latency.ts';
export type { Ledger, Order, Quote, Reservation, SalesDocument, Shipment, SourceItem } from './ledger.ts';
export { type RecordedCatalogue, recordedCatalogue } from './recording.ts';
export { MagentoRest, type ObservedCall, type RestAnswer, type RestCall } from './rest.ts';
export { Shop } from './shop.ts';
export {
  type SimulatedMagento,
  type SimulatedMagentoOptions,
  startSimulatedMagento,
} from './simulated-magento.ts';

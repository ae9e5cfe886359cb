import { serveProcess } from '../replay/serve-json.ts';
import { readTau2Data } from './data.ts';
import { Desk } from './desk.ts';
import { DeskLedger } from './desk-ledger.ts';
import { serveDesk } from './desk-server.ts';
import { readProcessSettings } from './process-settings.ts';

// The tool server as a process; one that was killed goes on by its ledger.
const { ledger: file, mode, seed, rate, ...place } = readProcessSettings(process.env);
const { cases } = await readTau2Data(place);
const ledger = new DeskLedger(file);
const desk = new Desk({ cases, mode, plan: { seed, rate }, ledger });
await serveProcess(serveDesk(desk, ledger));

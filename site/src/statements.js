// What was asked and promised, and what hangs on it: objectives, actors and reports.
import { byId, compare, groupBy, rows } from "./data.js";

const PROMISES = new Set(["pledge", "commitment"]);
let joined = null;

/** Whether a statement promises something; else it asks. */
export const isPromise = (row) => PROMISES.has(row.speech_act);

/** What hangs together, made once: the statements by objective, the actors and reports by statement. */
export function join() {
  if (joined) return joined;
  const actors = groupBy(rows("commitment_actors"), "commitment_id");
  const served = groupBy(rows("commitment_objectives"), "commitment_id");
  const serving = groupBy(rows("commitment_objectives"), "objective_id");
  const reports = groupBy(rows("commitment_updates"), "commitment_id");
  for (const list of reports.values()) list.sort((one, other) => compare(one.as_of_date__from ?? "", other.as_of_date__from ?? ""));
  const statements = (id) => (serving.get(id) ?? []).map((row) => byId("commitments", row.commitment_id)).filter(Boolean);
  const objectives = rows("objectives").map((row) => {
    const all = statements(row.objective_id);
    return { row, id: row.objective_id, asks: all.filter((one) => !isPromise(one)), promises: all.filter(isPromise) };
  });
  joined = {
    objectives,
    objectiveById: new Map(objectives.map((one) => [one.id, one])),
    served: (id) => (served.get(id) ?? []).map((row) => row.objective_id),
    actors: (id, role) => (actors.get(id) ?? []).filter((row) => row.commitment_role === role).map((row) => row.actor_id),
    reports: (id) => reports.get(id) ?? [],
  };
  return joined;
}

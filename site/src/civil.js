// Which actors and forums the site marks as civil society's own; the views say so in words (b_civil_note).
import { byId, groupBy, meta, rows } from "./data.js";

const ORGANISING = new Set(["organiser", "co_organiser", "convener"]);
let organised = null;

/** Whether an actor is an organisation of civil society, by its type. */
export const isCivilActor = (id) => meta().civil_types.includes(byId("actors", id)?.actor_type);

/** Whether a forum is civil society's own: a civil society day, or organised by civil society alone or with others. */
export function isCivilForum(forum) {
  organised ??= groupBy(rows("participations").filter((row) => ORGANISING.has(row.participation_role)), "forum_id");
  return forum.part_type === "civil_society_day"
    || (organised.get(forum.forum_id) ?? []).some((row) => isCivilActor(row.actor_id));
}

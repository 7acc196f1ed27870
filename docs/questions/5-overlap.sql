-- How does the membership of the regional processes overlap?
WITH members AS (
  SELECT DISTINCT forum_id, coalesce(acronym, forums.name) AS process, actor_id
  FROM 'data/participations.csv' JOIN 'data/forums.csv' AS forums USING (forum_id)
  WHERE participation_role = 'member' AND forum_type = 'consultative_process')
SELECT one.process AS process, other.process AS "and", count(*) AS shared
FROM members AS one JOIN members AS other ON one.actor_id = other.actor_id AND one.forum_id < other.forum_id
GROUP BY ALL ORDER BY shared DESC, process, "and" LIMIT 12;

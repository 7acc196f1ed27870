-- Who convened most?
SELECT actors.name AS actor, actors.actor_type AS kind, count(DISTINCT forum_id) AS forums
FROM 'data/participations.csv' AS participations JOIN 'data/actors.csv' AS actors USING (actor_id)
WHERE participation_role IN ('organiser', 'co_organiser', 'convener', 'host', 'chair', 'co_chair')
GROUP BY ALL ORDER BY forums DESC, actor LIMIT 12;

-- Where did civil society get a formal seat, and when?
SELECT coalesce(access.from_date, forums.start_date, '') AS "when", forums.name AS forum, access.access_mode AS seat
FROM 'data/access.csv' AS access JOIN 'data/forums.csv' AS forums USING (forum_id)
WHERE access.access_mode IN ('formal_mechanism', 'co_organiser')
ORDER BY "when" = '', regexp_extract("when", '[0-9]{4}'), "when", forum;

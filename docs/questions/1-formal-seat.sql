-- Where did civil society get a formal seat, and when?
SELECT coalesce(access.from_date, forums.start_date, '') AS "when", forums.name AS forum, access.access_mode AS seat
FROM 'data/access.csv' AS access JOIN 'data/forums.csv' AS forums USING (forum_id)
WHERE access.access_mode IN ('formal_mechanism', 'co_organiser') AND coalesce(access.organised_by, '') <> 'self'
ORDER BY "when" = '', "when", forum;

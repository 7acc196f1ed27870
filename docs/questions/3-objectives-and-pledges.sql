-- Which objectives of the Global Compact for Migration drew pledges, which none?
SELECT objectives.number AS objective, objectives.title,
  count(DISTINCT commitments.commitment_id) FILTER (speech_act IN ('pledge', 'commitment')) AS pledges,
  count(DISTINCT commitments.commitment_id) FILTER (speech_act IN ('demand', 'recommendation')) AS asks
FROM 'data/objectives.csv' AS objectives
LEFT JOIN 'data/commitment_objectives.csv' AS links USING (objective_id)
LEFT JOIN 'data/commitments.csv' AS commitments USING (commitment_id)
WHERE regexp_matches(objective_id, '^gcm-objective-[0-9]+$')
GROUP BY ALL ORDER BY objective;

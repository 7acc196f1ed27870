-- Who asked what of whom, and what was promised towards the same objective?
WITH people AS (
  SELECT commitment_id, commitment_role, string_agg(DISTINCT actors.name, ', ' ORDER BY actors.name) AS names
  FROM 'data/commitment_actors.csv' JOIN 'data/actors.csv' AS actors USING (actor_id) GROUP BY ALL),
said AS (
  SELECT objective_id, commitments.*, maker.names AS maker, addressee.names AS addressee
  FROM 'data/commitment_objectives.csv' JOIN 'data/commitments.csv' AS commitments USING (commitment_id)
  LEFT JOIN people AS maker ON maker.commitment_id = commitments.commitment_id AND maker.commitment_role = 'maker'
  LEFT JOIN people AS addressee ON addressee.commitment_id = commitments.commitment_id AND addressee.commitment_role = 'addressee')
SELECT objectives.title AS objective, arg_min(ask.maker || ', of ' || ask.addressee || ': ' || ask.title, ask.commitment_id) AS asked,
  arg_min(promise.maker || ': ' || promise.title, promise.commitment_id) AS promised,
  count(DISTINCT ask.commitment_id) AS asks, count(DISTINCT promise.commitment_id) AS promises
FROM 'data/objectives.csv' AS objectives
JOIN said AS ask ON ask.objective_id = objectives.objective_id AND ask.speech_act IN ('demand', 'recommendation')
JOIN said AS promise ON promise.objective_id = objectives.objective_id AND promise.speech_act IN ('pledge', 'commitment')
GROUP BY ALL ORDER BY promises DESC, asks DESC, objective LIMIT 8;

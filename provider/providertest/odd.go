package providertest

// OddBodies returns answers that no API documents but every API may give, as seeds for
// fuzz tests: gateway pages, byte order marks, lists in other forms, unreadable values,
// and errors in unexpected places.
func OddBodies() []string {
	return []string{
		"<!DOCTYPE html><html>blocked</html>", "\ufeff<html>", `<?xml version="1.0"?><Error/>`, "error code: 1020", "Down for maintenance",
		`{"ray_id":"1"}`, `{}`, `[]`, `null`, `"Forbidden"`, `403`, "", " \r\n", "\ufeff", "\ufeff[]", "\ufeff{}",
		`{"message":"Invalid API Key"}`, `{"message":["Tired",7],"error":{"0":"Tired"}}`, `{"error":"Tired","message":"No such user"}`,
		`{"error":["EExport:Exported size too big"],"result":{}}`, `{"errors":{"0":{"message":"Tired"}},"result":"error"}`,
		`{"0":{"id":"A","status":"ready"},"2":{"id":"B","status":"ready"}}`, `{"data":{"0":{"id":"A"},"2":{"id":"B"}}}`, `{"logs":{"0":{"id":1}},"elements":{}}`,
		`{"result":{"0":{"id":"A","status":"Processed","error":"EExport:Deleted"}}}`,
		`[{"id":"A","status":"pending","created_at":"soon","completed_at":1772361015000,"expires_at":"20260301T103015Z"}]`,
		`{"data":[{"id":"A","status":"failed","created_at":"2026-03-01t10:30:15z","failed_at":"Sun, 01 Mar 2026 10:30:15 GMT","total_rows":"1e400"}]}`,
		`[{"id":"A","status":"ready","params":{"fills":{"start_date":true},"year":"20x6","user":{"year":2024}}}]`,
	}
}

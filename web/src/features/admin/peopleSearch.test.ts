import { expect, it } from "vitest";
import { filterQuery } from "./PeopleFilters";
import { peopleSearch } from "./peopleSearch";

it("reads the filter from the address, and nothing that it does not know", () => {
  const role = "0198c0de-0000-7000-8000-000000000001";
  expect(peopleSearch({ kind: "carer", source: "import", unseen: 90, role })).toEqual({ kind: "carer", source: "import", unseen: "90", role });
  expect(peopleSearch({ kind: "king", source: ["import"], state: "<script>", role: "1 or 1", q: "Anna" })).toEqual({});
});

it("asks the server for what is chosen only", () => {
  expect(filterQuery(" anna ", { kind: "staff", unseen: "30" })).toEqual({ q: "anna", kind: "staff", unseen_days: "30" });
  expect(filterQuery("  ", {})).toEqual({});
});

package web

import "strings"

// pager links the pages of a long list.
type pager struct {
	// From and To are the positions of the first and last export shown, from 1.
	// Page and Pages count from 1 too.
	From, To, Total, Page, Pages int
	// A URL is empty if there is no such page.
	First, Previous, Next, Last string
}

func newPager(q query, size, from, to, total int) *pager {
	p := &pager{From: min(from+1, total), To: to, Total: total, Page: from/size + 1, Pages: max(1, (total+size-1)/size)}
	at := func(n int) string {
		there := q
		there.page = n
		return there.self()
	}
	if p.Page > 1 {
		p.First, p.Previous = at(1), at(p.Page-1)
	}
	if p.Page < p.Pages {
		p.Next, p.Last = at(p.Page+1), at(p.Pages)
	}
	return p
}

// grouped returns the query without what turns the groups into one list.
func (q query) grouped() query {
	q.sort, q.urgency, q.page = "", "", 1
	return q
}

// column is a column header, which links to sorting by it.
type column struct {
	Title, Link string
	// Order is ascending or descending if the table is sorted by this column.
	Order string
}

// columnsOf returns the column headers in order. The first click sorts the way
// that people usually want, the second in reverse, and the third restores the
// groups.
func columnsOf(q query) []column {
	var list []column
	for _, each := range []struct{ title, first string }{
		{"Status", sortStatus},
		{"Export", sortType},
		{"Account", sortAccount},
		{"Progress", "-" + sortProgress},
		{"Life", "-" + sortAge},
		{"Expires", sortExpires},
		{"Data", "-" + sortData},
	} {
		second := "-" + each.first
		if strings.HasPrefix(each.first, "-") {
			second = each.first[1:]
		}
		c := column{Title: each.title}
		next := each.first
		switch q.sort {
		case each.first:
			next = second
		case second:
			next = ""
		}
		if q.sort == each.first || q.sort == second {
			c.Order = "ascending"
			if strings.HasPrefix(q.sort, "-") {
				c.Order = "descending"
			}
		}
		c.Link = q.link("sort", next)
		list = append(list, c)
	}
	return list
}

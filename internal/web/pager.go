package web

import "strings"

// pager leads through a list that is longer than a page.
type pager struct {
	// From and To are the places of the first and the last export that is shown,
	// from 1 on; Page is of Pages.
	From, To, Total, Page, Pages int
	// The addresses are empty where they lead nowhere.
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

// grouped is the query without what makes its exports one list.
func (q query) grouped() query {
	q.sort, q.urgency, q.page = "", "", 1
	return q
}

// column is a head of the table, which sorts by it.
type column struct {
	Title, Link string
	// Order is ascending or descending if the table is sorted by it.
	Order string
}

// columnsOf returns the heads in their order. The first click shows the end that
// people ask for, the second the other one, the third the groups again.
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

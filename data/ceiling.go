package data

// Ceiling returns the best that any classifier can do on the examples of the
// sets taken together, given that one name can carry several classes and a
// classifier has to answer the same for it each time.
//
// Accuracy, the share of examples answered right, is highest when each name is
// given its commonest class: for distinct (class, name) pairs, the number of
// distinct names over the number of pairs. Balanced accuracy, the mean of the
// recalls of the classes that have examples, is highest when each name is given
// the class in which it weighs most, an example of class c weighing 1/|c|. Both
// are in [0, 1]; without examples both are 0. In general no one classifier
// reaches both.
func Ceiling(sets ...*Set) (accuracy, balanced float64) {
	sizes, total := classSizes(sets)
	if total == 0 {
		return 0, 0
	}
	hits, recall := 0, 0.0
	for _, counts := range classesByName(sets) {
		most, heaviest := 0, 0.0
		for class, n := range counts {
			most = max(most, n)
			heaviest = max(heaviest, float64(n)/float64(sizes[class]))
		}
		hits += most
		recall += heaviest
	}
	return float64(hits) / float64(total), recall / float64(len(sizes))
}

// classSizes returns how many examples each class has over all sets, for the
// classes that have any, and how many examples there are.
func classSizes(sets []*Set) (sizes map[int]int, total int) {
	sizes = map[int]int{}
	for _, s := range sets {
		for _, e := range s.Examples {
			sizes[e.Class]++
		}
		total += s.Len()
	}
	return sizes, total
}

// classesByName returns, for every distinct name of the sets, how many of its
// examples each class has. Names come in the order of their first example, so
// that sums over them come out the same to the last bit.
func classesByName(sets []*Set) []map[int]int {
	var names []map[int]int
	at := map[string]int{}
	for _, s := range sets {
		for _, e := range s.Examples {
			i, seen := at[e.Name]
			if !seen {
				i = len(names)
				at[e.Name] = i
				names = append(names, map[int]int{})
			}
			names[i][e.Class]++
		}
	}
	return names
}

package data_test

import (
	"fmt"
	"math/rand/v2"

	"sweep/data"
)

func Example() {
	corpus := data.Default()
	rng := rand.New(rand.NewPCG(1, 2))
	example := corpus.Train.Examples[corpus.Train.Draw(rng)]
	fmt.Println(len(corpus.Classes), "classes, the first of them", corpus.Classes[0])
	fmt.Println(example.Name, "has", len(example.Letters), "letters and is", corpus.Classes[example.Class])
	// Output:
	// 18 classes, the first of them Arabic
	// Melo has 4 letters and is Portuguese
}

func ExampleFold() {
	fmt.Println(data.Fold("Ślusàrski"), data.Fold("Weiß"), data.Fold("Wałęsa"))
	// Output: Slusarski Weiss Walesa
}

func ExampleEncode() {
	fmt.Println(data.Encode("Jones"))
	// Output: [35 14 13 4 18]
}

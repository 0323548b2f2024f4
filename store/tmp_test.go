package store
import ("testing";"os")
func TestMakeLarge(t *testing.T) { p:=os.Getenv("LARGE"); if p=="" {t.Skip()}; db:=open(t,p); fill(t,db); must(t,db.Close()) }

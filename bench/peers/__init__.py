"""Other systems beside ours: installed in a folder of their own, trained, run, and laid side by side."""
